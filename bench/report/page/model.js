/* The formulae of bench/analyse/model/batch_time.c, and the intervals of batch_values.c, [median, low, high] here. */
/* A line's values have the bounds of what is not known; null: nothing can be said. Names are those in C. */
const breakevenModel = (() => {
    "use strict";
    const { min, max, exp, log } = Math;

    function settingOf(model, line, asked) {
        const jobs = max(asked.jobs, 1), slots = max(1, min(line.workers, jobs));
        return { ...asked, ...line.traits, jobs, slots, turns: Math.ceil(jobs / slots), cpus: max(model.cpus, 1),
            bytes: asked.payload_in + asked.payload_out,
            pages: model.page_bytes > 0 ? asked.caller_bytes / model.page_bytes : 0 };
    }

    function share(s, v) {
        const serial = v.serial_ns, longest = min(s.spread, s.jobs) * serial;
        const other = s.jobs > 1 ? (s.jobs * serial - longest) / (s.jobs - 1) : 0;
        const tail = longest + (s.turns - 1) * (s.divides ? 1 : v.place) * other;
        return max(s.turns * serial, s.jobs * serial * s.busy / s.cpus, tail) * v.company * v.share;
    }

    function map(s, v, spared) {
        const wake = s.is_idle ? v.wake_ns : 0;
        let tiny = (s.is_cold ? v.first_ns : 0) + (s.caller_helps ? 0 : wake), long = (s.is_cold ? v.late_ns : 0) + wake;
        if (!s.starts_each_job) {
            tiny += v.region_ns;
            long += v.join_ns;
        }
        return tiny + min(max((long - tiny) * s.busy, -spared), spared);
    }

    const handing = (s, v) => (s.each_itself || s.starts_each_job ? v.single_ns : v.job_ns) +
        s.bytes * (s.by_pipe ? v.piped_byte_ns : v.shared_byte_ns) + s.pages * v.job_page_ns;

    function started(s, v, shared) {
        const start = handing(s, v) * v.overhead, hidden = exp(-v.serial_ns / max(v.single_ns, 1e-3));
        const worker = v.worker_ns * (1 - hidden) * v.overhead;
        return max(s.jobs * start + v.serial_ns * v.company + worker, s.slots * start + shared + s.turns * worker);
    }

    function time(s, v) {
        const shared = share(s, v);
        const beside = map(s, v, max(0, s.jobs * v.serial_ns - shared)) +
            (s.is_cold ? v.open_ns + v.close_ns + s.pages * v.open_page_ns : 0);
        return s.starts_each_job ? beside * v.overhead + started(s, v, shared)
            : (beside + s.jobs * handing(s, v)) * v.overhead + shared;
    }

    function company(line, contention, slots) {
        const compute = line.company[1], own = line.company[contention], most = max(compute[2], slots) * own;
        if (slots <= 1) return [1, 1, 1];
        if (own.length) return own;
        return [Math.sqrt(compute[1] * most), compute[1], most];
    }

    /* An answer, moved by what each value moves it alone; these moves, in logarithms, are added by their squares. */
    function propagate(model, line, asked, formula) {
        const s = settingOf(model, line, asked), at = {};
        const values = { ...line.values, serial_ns: asked.job_ns, company: company(line, asked.contention, s.slots) };
        if (!asked.is_cold) values.open_ns = values.close_ns = values.first_ns = values.late_ns = [0, 0, 0];
        const known = Object.entries(values).filter(([, value]) => value);
        for (const [name, value] of known) at[name] = value[0];
        const middle = formula(s, at);
        let up = 0, down = 0;
        if (!(middle > 0 && middle < Infinity)) return [NaN, NaN, NaN];
        for (const [name, [, ...ends]] of known) {
            const moves = ends.map((end) => log(formula(s, { ...at, [name]: end }) / middle));
            up += max(0, ...moves) ** 2;
            down += min(0, ...moves) ** 2;
        }
        return [middle, middle * exp(-Math.sqrt(down)), middle * exp(Math.sqrt(up))];
    }

    return {
        serial: (asked) => asked.job_ns.map((ns) => asked.jobs * ns),
        batch: (model, line, asked) => propagate(model, line, asked, time),
        speedup: (model, line, asked) => propagate(model, line, asked, (s, v) => s.jobs * v.serial_ns / time(s, v))
    };
})();
