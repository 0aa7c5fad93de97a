// Opens a run's report.html in headless Chromium and checks what a reader relies on: a line for each check, as in tests/shell.sh.
// usage: node check.mjs CHROMIUM REPORT.HTML AXE.JS|- [FOLDER FOR SCREENSHOTS]
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { check, failures, openChromium } from "./chromium.mjs";

const [program, path, axe, shots] = process.argv.slice(2);
const address = pathToFileURL(path).href;
const widths = [360, 768, 1440];
const requests = [], complaints = [];

const { send, on, ask, close } = await openChromium(program);

// Nothing but the page itself is let through.
async function watch() {
    on("Fetch.requestPaused", ({ requestId, request }) => {
        if (request.url === address)
            return send("Fetch.continueRequest", { requestId });
        requests.push(request.url);
        return send("Fetch.failRequest", { requestId, errorReason: "BlockedByClient" });
    });
    on("Network.webSocketCreated", ({ url }) => requests.push(url));
    on("Runtime.exceptionThrown", ({ exceptionDetails }) => complaints.push(exceptionDetails.text));
    on("Runtime.consoleAPICalled", ({ type, args }) => complaints.push(`${type}: ${args.map((each) => each.value).join(" ")}`));
    on("Log.entryAdded", ({ entry }) => complaints.push(`${entry.level}: ${entry.text}`));
    for (const domain of ["Page", "Runtime", "Log", "Network"])
        await send(`${domain}.enable`);
    await send("Fetch.enable", { patterns: [{ urlPattern: "*" }] });
}

async function look(width, scheme, media = "") {
    await send("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: false });
    await send("Emulation.setEmulatedMedia", { media, features: [{ name: "prefers-color-scheme", value: scheme }] });
}

async function load() {
    const loaded = new Promise((resolve) => on("Page.loadEventFired", resolve));
    const began = performance.now();
    await send("Page.navigate", { url: address });
    await loaded;
    return performance.now() - began;
}

async function press(key, code) {
    const named = { key, code: key, windowsVirtualKeyCode: code, text: key === "Enter" ? "\r" : undefined };
    await send("Input.dispatchKeyEvent", { type: "keyDown", ...named });
    await send("Input.dispatchKeyEvent", { type: "keyUp", ...named, text: undefined });
}

// ------------------------------------------------------------------------------- sorting and choosing

const table = "document.getElementById('crossover-table')";
const heading = (name) => `Array.from(${table}.tHead.rows[0].cells).find((each) => each.textContent.startsWith('${name}'))`;

// The texts and the sort keys of a column, of the rows that are shown.
const column = (name) => ask(`(() => { const at = ${heading(name)}.cellIndex;
    return Array.from(${table}.tBodies[0].rows).filter((row) => !row.hidden).map((row) => ({
        text: row.cells[at].textContent.trim(), by: row.cells[at].dataset.by })); })()`);

// Numbers in order, and what is not known behind them.
function inOrder(cells, way) {
    const known = cells.findIndex((cell) => cell.by === "");
    const numbers = (known < 0 ? cells : cells.slice(0, known)).map((cell) => Number(cell.by));
    return cells.slice(numbers.length).every((cell) => cell.by === "") &&
        numbers.every((number, i) => i === 0 || way * (number - numbers[i - 1]) >= 0);
}

async function checkSorting() {
    const before = await column("Strategy");
    await ask(`${heading("Best speedup")}.querySelector("button").click()`);
    const up = await column("Best speedup");
    check("a click on a heading sorts upwards", inOrder(up, 1) && up.length > 1, JSON.stringify(up));
    check("a sorted column says so", await ask(`${heading("Best speedup")}.getAttribute("aria-sort")`) === "ascending");
    await ask(`${heading("Best speedup")}.querySelector("button").focus()`);
    await press("Enter", 13);
    const down = await column("Best speedup");
    check("Enter on it sorts downwards", inOrder(down, -1), JSON.stringify(down));
    check("it says that, too", await ask(`${heading("Best speedup")}.getAttribute("aria-sort")`) === "descending");
    await ask(`${heading("Strategy")}.querySelector("button").focus()`);
    await press(" ", 32);
    const names = (await column("Strategy")).map((cell) => cell.text);
    check("the space bar sorts another column, by its texts", names.join() === [...names].sort((a, b) => a.localeCompare(b, "en", { numeric: true })).join(), names.join());
    check("one column is sorted at a time", await ask(`${table}.querySelectorAll("[aria-sort]").length`) === 1);
    check("no row is lost", names.length === before.length);
}

async function checkFilters() {
    const all = (await column("Strategy")).length;
    for (const [name, head] of [["work", "Work"], ["strategy", "Strategy"], ["workers", "Workers"], ["start", "Start"]]) {
        const word = await ask(`(() => { const box = document.querySelector("[data-column='${name}']");
            box.selectedIndex = box.options.length - 1;
            box.dispatchEvent(new Event("change", { bubbles: true })); return box.value; })()`);
        const cells = await column(head);
        check(`the box of ${name} leaves its rows alone`, word !== "" && cells.length > 0 && cells.every((cell) => cell.text === word),
            `${word}: ${JSON.stringify(cells)}`);
        check(`and says how many these are (${name})`,
            await ask("document.querySelector('.filters output').textContent") === `${cells.length} of ${all} rows`);
        await ask("document.querySelector('.filters button').click()");
        await ask("new Promise((resolve) => setTimeout(resolve, 20))");
        check(`the button shows all again (${name})`, (await column(head)).length === all);
    }
}

// ------------------------------------------------------------------------------- how it looks

// Colours of a picture against what they stand on: grids and shades are there to be faint. Pictures on paper of their own
// are as they were drawn.
const faint = `(() => {
    const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
        .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = parse(getComputedStyle(document.querySelector("section")).backgroundColor);
    const contrast = (colour) => { const [a, b] = [light(colour), light(ground)].sort((x, y) => y - x); return (a + 0.05) / (b + 0.05); };
    const found = new Map();
    const add = (what, colour, least) => { const ratio = contrast(parse(colour));
        if (ratio < least) found.set(what + " " + colour, ratio.toFixed(2)); };
    for (const key of document.querySelectorAll(".key")) add(key.className, getComputedStyle(key).backgroundColor, 3);
    for (const line of document.querySelectorAll(".picture > svg path"))
        if (!line.closest("defs") && getComputedStyle(line).fill === "none" && getComputedStyle(line).stroke !== "none" &&
            line.getAttribute("stroke") !== "var(--cdddddd,#dddddd)" && line.parentNode.getAttribute("stroke") !== "var(--cdddddd,#dddddd)")
            add("line", getComputedStyle(line).stroke, 3);
    for (const text of document.querySelectorAll(".picture > svg text")) add("text", getComputedStyle(text).fill, 3);
    return Array.from(found).map(([what, ratio]) => what + ": " + ratio);
})()`;

async function checkLooks(scheme) {
    await look(1440, scheme);
    const ground = await ask("getComputedStyle(document.querySelector('section')).backgroundColor");
    const brightness = Number(ground.match(/\d+/g)[0]);
    check(`${scheme}: the ground is ${scheme}`, scheme === "dark" ? brightness < 64 : brightness > 192, ground);
    check(`${scheme}: the pictures have no ground of their own`, await ask(`Array.from(document.querySelectorAll(".picture > svg"))
        .every((each) => [getComputedStyle(document.querySelector("section")).backgroundColor, "none"]
            .includes(getComputedStyle(each.querySelector("rect[width='1060']") ?? each).fill) || !each.querySelector("rect[width='1060']"))`));
    const weak = await ask(faint);
    check(`${scheme}: lines, marks and texts of pictures are seen (3:1)`, weak.length === 0, weak.join("; "));
    for (const width of widths) {
        await look(width, scheme);
        const reached = await ask("document.scrollingElement.scrollWidth");
        check(`${scheme}: nothing is wider than the page at ${width} px`, reached <= width, `${reached} px`);
        if (shots) {
            const shot = await send("Page.captureScreenshot", { captureBeyondViewport: true, format: "png", clip: {
                x: 0, y: 0, width, height: Math.min(await ask("document.scrollingElement.scrollHeight"), 16000), scale: 1 } });
            writeFileSync(`${shots}/${scheme}-${width}.png`, Buffer.from(shot.data, "base64"));
        }
    }
}

async function checkAxe(scheme, width) {
    await look(width, scheme);
    await ask("scrollTo(0, 0)");
    const violations = await ask(`axe.run().then((found) => found.violations.map((each) => ({ id: each.id, impact: each.impact,
        where: each.nodes.slice(0, 3).map((node) => node.target.join(" ") + ": " + (node.any[0]?.message ?? "")) })))`);
    const grave = violations.filter((each) => ["serious", "critical"].includes(each.impact));
    check(`axe-core finds nothing serious (${scheme}, ${width} px)`, grave.length === 0, JSON.stringify(grave));
    for (const each of violations.filter((one) => !grave.includes(one)))
        console.log(`# axe-core, ${each.impact}: ${each.id}: ${each.where[0]}`);
}

async function checkStructure() {
    check("there is one h1", await ask("document.querySelectorAll('h1').length") === 1);
    check("headings are nested", await ask(`Array.from(document.querySelectorAll("h1,h2,h3,h4,h5,h6"), (each) => Number(each.tagName[1]))
        .every((level, i, all) => i === 0 ? level === 1 : level <= all[i - 1] + 1)`));
    check("each table has a caption, each heading of one a scope", await ask(`Array.from(document.querySelectorAll("table"))
        .every((each) => each.caption && Array.from(each.querySelectorAll("th")).every((head) => head.scope !== ""))`));
    check("each id is there once", await ask(`(() => { const ids = Array.from(document.querySelectorAll("[id]"), (each) => each.id);
        return new Set(ids).size === ids.length; })()`));
    check("what is referred to is there", await ask(`Array.from(document.querySelectorAll("[href^='#']"))
        .every((each) => document.getElementById(each.getAttribute("href").slice(1)))`));
    check("each picture has a title and a description", await ask(`Array.from(document.querySelectorAll("svg"))
        .every((each) => each.getAttribute("role") === "img" && each.getAttribute("aria-labelledby").split(" ")
            .every((id) => document.getElementById(id).textContent !== ""))`));
    check("links stay within the run's folder", await ask(`Array.from(document.querySelectorAll("a[href]"), (each) => each.getAttribute("href"))
        .every((href) => /^(#[a-z]+|[a-z]+\\.(csv|csv\\.gz|json)|plots\\/[A-Za-z0-9_-]+\\.(svg|png|pdf|gp|dat))$/.test(href))`));
    await ask("document.activeElement.blur(), scrollTo(0, 0)");
    await press("Tab", 9);
    check("the first stop of the keyboard leads to the answer",
        await ask("document.activeElement.getAttribute('href')") === "#answer");
    check("its focus is seen", await ask("getComputedStyle(document.activeElement).outlineStyle") !== "none");
}

async function checkWithoutScript() {
    await send("Emulation.setScriptExecutionDisabled", { value: true });
    await load();
    await send("Emulation.setScriptExecutionDisabled", { value: false });
    check("without JavaScript the rows are there", (await column("Strategy")).length > 0);
    check("and what would do nothing is not", await ask("getComputedStyle(document.querySelector('.filters')).display") === "none" &&
        await ask(`${table}.querySelector("button")`) === null);
}

async function checkPrint() {
    await look(1000, "dark", "print");
    check("on paper: no controls, no dark ground", await ask(`["nav", ".filters", ".skip"].every((each) =>
        getComputedStyle(document.querySelector(each)).display === "none") &&
        getComputedStyle(document.querySelector("section")).backgroundColor === "rgb(255, 255, 255)"`));
    const { data } = await send("Page.printToPDF", { printBackground: true });
    check("it prints", Buffer.from(data, "base64").subarray(0, 5).toString() === "%PDF-");
    if (shots)
        writeFileSync(`${shots}/page.pdf`, Buffer.from(data, "base64"));
}

try {
    await watch();
    await look(1440, "light");
    await load(); // the first page also starts Chromium's processes
    const took = await load();
    console.log(`# it opens in ${took.toFixed(0)} ms`);
    check("it opens within 5 s", took < 5000, `${took} ms`);
    await checkStructure();
    await checkSorting();
    await checkFilters();
    for (const scheme of ["light", "dark"])
        await checkLooks(scheme);
    if (axe !== "-") {
        await ask(readFileSync(axe, "utf8") + "; 0");
        await checkAxe("light", 1440);
        await checkAxe("dark", 360);
    }
    await checkPrint();
    await checkWithoutScript();
    check("nothing was asked of anybody else", requests.length === 0, requests.join(" "));
    check("the console is empty", complaints.length === 0, complaints.join("; "));
} finally {
    await close();
}
process.exit(failures() > 0 ? 1 : 0);
