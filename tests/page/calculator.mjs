// Asks the calculator of a run's report.html in headless Chromium: what its script says of jobs must be what the program says.
// usage: node calculator.mjs CHROMIUM REPORT.HTML ANSWERS.JSON (of tests/page/answers.c)
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { check, failures, openChromium } from "./chromium.mjs";

const [program, path, answered] = process.argv.slice(2);
const answers = JSON.parse(readFileSync(answered, "utf8"));

const { send, on, ask, close } = await openChromium(program);

async function load() {
    const loaded = new Promise((resolve) => on("Page.loadEventFired", resolve));
    await send("Page.navigate", { url: pathToFileURL(path).href });
    await loaded;
}

// ------------------------------------------------------------------------------- the same model

// Equal to three digits; what is not known, or has no end, is so in both.
function alike(text, value) {
    const wanted = Number(text), got = Number(value);
    return Object.is(wanted, got) || wanted === got || Math.abs(got - wanted) <= 5e-4 * Math.abs(wanted);
}

async function checkModel() {
    const told = await ask(`(() => { const model = JSON.parse(document.getElementById("model").textContent);
        return ${JSON.stringify(answers)}.map(({ question, line }) => ({
            serial: breakevenModel.serial(question).map(String),
            batch: breakevenModel.batch(model, model.lines[line], question).map(String),
            speedup: breakevenModel.speedup(model, model.lines[line], question).map(String) })); })()`);
    for (const what of ["serial", "batch", "speedup"]) {
        const other = answers.findIndex((answer, i) => !answer[what].every((text, k) => alike(text, told[i][what][k])));
        check(`the page says the same of ${answers.length} questions, to three digits (${what})`, answers.length === 100 && other < 0,
            JSON.stringify([answers[other], told[other]]));
    }
    const known = answers.filter((answer) => Number(answer.batch[0]) > 0).length;
    check("and most of them have an answer", known > 50, `${known}`);
}

// ------------------------------------------------------------------------------- what a reader does

const field = (name) => `document.getElementById("asks").elements.${name}`;
const told = () => ask("document.getElementById('told').textContent");
const rows = () => ask(`Array.from(document.getElementById("told-table").tBodies[0].rows, (row) => ({
    name: row.cells[0].textContent, ns: row.cells[1].firstChild.textContent, speedup: row.cells[2].firstChild.textContent,
    wide: row.querySelector(".bar > span").getBoundingClientRect().width / row.querySelector(".bar").getBoundingClientRect().width }))`);
const units = { ns: 1, us: 1e3, ms: 1e6, s: 1e9 };
const inNs = (text) => Number(text.split(" ")[0]) * units[text.split(" ")[1]];

// By the keyboard alone, once the focus is there.
async function write(name, text) {
    await ask(`${field(name)}.focus(), ${field(name)}.select()`);
    await send("Input.insertText", { text });
}

async function choose(name, value) {
    await ask(`${field(name)}.value = "${value}", ${field(name)}.dispatchEvent(new Event("input", { bubbles: true }))`);
}

async function checkRows() {
    const all = await rows(), names = await ask(`Array.from(new Set(JSON.parse(document.getElementById("model").textContent)
        .lines.map((line) => line.name)))`);
    check("each strategy has a row, and so has serial", all.length === names.length + 1 &&
        [...names, "serial"].every((name) => all.some((row) => row.name === name || row.name.startsWith(`${name}, `))), JSON.stringify(all));
    const known = all.filter((row) => row.ns !== "not known");
    check("the fastest stands first", known.every((row, i) => i === 0 || inNs(row.ns) >= 0.99 * inNs(known[i - 1].ns)), JSON.stringify(all));
    const serial = all.find((row) => row.name === "serial");
    const first = known[0];
    check("the fastest is named, with its time", (await told()).startsWith(`${first.name}: ${first.ns}, `), await told());
    check("bars are as long as speedups", known.every((row) =>
        Math.abs(row.wide / serial.wide - Number(row.speedup)) < 0.02 + 0.02 * Number(row.speedup)), JSON.stringify(all));
    check("serial takes the jobs one by one", serial.ns === "8.00 ms" && serial.speedup === "1.00", JSON.stringify(serial));
}

async function checkFields() {
    for (const [name, good] of [["job_ns", "10 ms"], ["job_ns", "1e4us"], ["job_ns", ".01s"], ["job_ns", "10000 µs"]]) {
        await write(name, good);
        check(`a job of '${good}' is read`, (await rows()).find((row) => row.name === "serial").ns === "2.00 s", await told());
    }
    for (const good of ["1e3", "1k", "1000", "0.001M"]) {
        await write("jobs", good);
        check(`'${good}' jobs are read`, (await rows()).find((row) => row.name === "serial").ns === "10.0 s", await told());
    }
    for (const [name, bad, part] of [["job_ns", "40", "is not a time above 0; write it as 40us"], ["job_ns", "0us", "above 0"],
        ["job_ns", "40 parsecs", "'40 parsecs' is not a time"], ["jobs", "0", "a whole number from 1"], ["jobs", "1.5", "a whole number"],
        ["jobs", "-3", "Number of jobs: '-3' is not"], ["payload", "4Xi", "is not a number of bytes from 0"], ["memory", "", "My process holds (bytes): '' is not"]]) {
        const before = await ask(`${field(name)}.value`);
        await write(name, bad);
        if (bad === "")
            await ask(`${field(name)}.value = "", ${field(name)}.dispatchEvent(new Event("input", { bubbles: true }))`);
        const said = await ask("document.getElementById('asks-wrong').textContent");
        check(`'${bad}' in ${name} is named, with what is allowed`, said.includes(part) && await told() === "" &&
            await ask(`${field(name)}.getAttribute("aria-invalid")`) === "true" &&
            await ask("document.getElementById('told-box').hidden"), said);
        await write(name, before);
        check("and forgotten once it is right again", await ask("document.getElementById('asks-wrong').textContent") === "" && await told() !== "");
    }
    for (const [name, good] of [["payload", "4 KiB"], ["payload", "4Ki"], ["memory", "2Gi"], ["memory", "0"], ["payload", "0"]]) {
        await write(name, good);
        check(`'${good}' in ${name} is read`, await told() !== "");
    }
}

async function checkChoices() {
    const open = await rows();
    await choose("cold", "1");
    const cold = await rows();
    check("no strategy is faster where it is opened for this batch", cold.every((row) => row.ns === "not known" ||
        open.some((other) => other.name.split(",")[0] === row.name.split(",")[0] && inNs(other.ns) <= 1.001 * inNs(row.ns))), JSON.stringify([open, cold]));
    await choose("cold", "0");
    const counts = await ask(`Array.from(${field("workers")}.options, (option) => option.value)`);
    await choose("workers", counts[counts.length - 1]);
    check("the number of workers is the one that is chosen", (await rows()).every((row) => row.name === "serial" ||
        row.name.includes(`, ${counts[counts.length - 1]} worker`)) && counts.length > 1, JSON.stringify(await rows()));
}

async function checkWithoutScript() {
    await send("Emulation.setScriptExecutionDisabled", { value: true });
    await load();
    await send("Emulation.setScriptExecutionDisabled", { value: false });
    check("without JavaScript there is a table of typical jobs", await ask(`document.querySelectorAll("#typical tbody tr").length`) === 15 &&
        await ask("document.getElementById('typical').getBoundingClientRect().height") > 100);
    check("and no calculator", await ask(`getComputedStyle(document.getElementById("asks")).display`) === "none" &&
        await ask(`getComputedStyle(document.getElementById("told-box")).display`) === "none");
}

try {
    for (const domain of ["Page", "Runtime"])
        await send(`${domain}.enable`);
    await load();
    check("with JavaScript the calculator stands in its place", await ask(`document.getElementById("typical").hidden && !document.getElementById("asks").hidden`));
    await checkModel();
    await checkRows();
    await checkFields();
    await checkChoices();
    await checkWithoutScript();
} finally {
    await close();
}
process.exit(failures() > 0 ? 1 : 0);
