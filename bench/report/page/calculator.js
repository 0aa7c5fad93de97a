/* The calculator: what model.js says, by the parameters of this run, of the jobs that a reader describes. */
(() => {
    "use strict";

    const get = (id) => document.getElementById(id);
    const model = JSON.parse(get("model").textContent), form = get("asks"), fields = form.elements;
    const times = { __proto__: null, ns: 1, us: 1e3, "\u00b5s": 1e3, "\u03bcs": 1e3, ms: 1e6, s: 1e9, m: 6e10, min: 6e10 };
    const sizes = { __proto__: null, "": 1, k: 1e3, M: 1e6, G: 1e9, Ki: 1024, Mi: 1048576, Gi: 1073741824 };
    const kinds = {
        time: [times, 1e-3, 1e18, "a time above 0; write it as 40us, 1.5ms or 2s"],
        count: [sizes, 1, 1e12, "a whole number from 1 to 1e12; write it as 200, 64k or 1e6"],
        bytes: [sizes, 0, 1e15, "a number of bytes from 0 to 1e15; write it as 0, 4Ki or 2Gi"]
    };

    /* In the units of the command line; "4 KiB" is read, too. NaN: it cannot be read. */
    function read(text, [units, least, most]) {
        const [, digits, power = "", word] = /^\s*(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*(\S*?)\s*$/i.exec(text) ?? [];
        let value = Number(digits + power) * units[units === sizes ? word?.replace(/B$/, "") : word];
        if (units === sizes && Math.abs(value - Math.round(value)) < 1e-9 * value) value = Math.round(value);
        return value >= least && value <= most && (units === times || value % 1 === 0) ? value : NaN;
    }

    /* A field that cannot be read is marked, and named below the fields. */
    function readAll() {
        const values = {}, wrong = [];
        for (const input of form.querySelectorAll("input")) {
            const kind = kinds[input.dataset.is], value = values[input.name] = read(input.value, kind);
            input.setAttribute("aria-invalid", isNaN(value));
            if (isNaN(value))
                wrong.push(`${input.labels[0].textContent.trim()}: '${input.value.slice(0, 40)}' is not ${kind[3]}.`);
        }
        get("asks-wrong").textContent = wrong.join(" ");
        return wrong.length === 0 && {
            job_ns: Array(3).fill(values.job_ns), jobs: values.jobs, spread: 1, payload_in: values.payload, payload_out: 0,
            caller_bytes: values.memory, contention: Number(fields.contention.value), busy: Number(fields.contention.value !== "0"),
            is_cold: fields.cold.value === "1"
        };
    }

    /* Each strategy with the workers that are asked for, or its best ones; and serial. The fastest stands first. */
    function rank(asked) {
        const best = new Map([[0, { line: { name: model.baseline, key: "serial" }, ns: breakevenModel.serial(asked), speedup: [1, 1, 1] }]]);
        for (const line of model.lines) {
            const ns = breakevenModel.batch(model, line, asked);
            if ((fields.workers.value || String(line.workers)) === String(line.workers) && !(best.get(line.name)?.ns[0] <= ns[0]))
                best.set(line.name, { line, ns, speedup: breakevenModel.speedup(model, line, asked) });
        }
        const order = ({ ns }) => isNaN(ns[0]) ? Infinity : ns[0];
        return [...best.values()].sort((a, b) => order(a) < order(b) ? -1 : 1);
    }

    function duration(ns) {
        const [unit, word] = [[1e9, "s"], [1e6, "ms"], [1e3, "us"]].find(([unit]) => ns >= 0.9995 * unit) ?? [1, "ns"];
        return `${(ns / unit).toFixed(ns < 9.995 * unit ? 2 : ns < 99.95 * unit ? 1 : 0)} ${word}`;
    }

    const ratio = (value) => value.toFixed(value < 0.0995 ? 3 : value < 99.95 ? 2 : 0);
    const called = ({ name, workers }) => name + (workers ? `, ${workers} worker${workers > 1 ? "s" : ""}` : "");
    const cell = ([median, low, high], write) => isNaN(median) ? "not known"
        : write(median) + (low < high ? `<small>${write(low)} to ${write(high)}</small>` : "");

    /* Names are texts; all else is made of numbers here. */
    function show(choices) {
        const known = choices.filter(({ ns }) => !isNaN(ns[0]));
        const most = Math.max(...known.map(({ speedup: [median, , high] }) => Math.min(high, 1.5 * median))) * 1.02;
        const part = (low, high, name) =>
            `<span class="${name}" style="left:${100 * Math.min(low / most, 1)}%;right:${100 - 100 * Math.min(high / most, 1)}%"></span>`;
        get("told-rows").replaceChildren(...choices.map(({ line, ns, speedup }) => {
            const row = document.createElement("tr");
            row.innerHTML = `<th scope="row"><span class="key k-${line.key}"></span><span></span></th><td>${cell(ns, duration)}</td>` +
                `<td>${cell(speedup, ratio)}</td><td><div class="bar" aria-hidden="true">` + (isNaN(ns[0]) ? "" :
                part(0, speedup[0], `k-${line.key}`) + part(speedup[1], speedup[2], "whisker")) + part(1, 1, "one") + "</div></td>";
            row.querySelector("th span + span").textContent = called(line);
            return row;
        }));
    }

    /* Not told apart: the speedup of one lies in the interval of the other, as `advise` says it. */
    function sentence([{ line, ns, speedup }, ...others]) {
        const holds = ([, low, high], [median]) => low <= median && median <= high;
        const alike = others.filter((other) => holds(speedup, other.speedup) || holds(other.speedup, speedup));
        return `${called(line)}: ${duration(ns[0])}, ` +
            (line.workers ? `${ratio(speedup[0])} times as fast as ${model.baseline}.` : "and no strategy is faster.") +
            (alike.length ? ` Not told apart from it: ${alike.map((other) => other.line.name).join(", ")}.` : "");
    }

    function tell() {
        const asked = readAll(), choices = asked && rank(asked);
        get("told-box").hidden = !asked;
        get("told").textContent = asked ? sentence(choices) : "";
        if (asked) show(choices);
    }

    for (const count of [...new Set(model.lines.map(({ workers }) => workers))].sort((a, b) => a - b))
        fields.workers.add(new Option(count, count));
    form.addEventListener("input", tell);
    form.hidden = false;
    get("typical").hidden = true;
    tell(); /* browsers keep what was written before */
})();
