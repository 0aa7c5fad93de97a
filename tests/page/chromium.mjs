// Headless Chromium, spoken to through a pipe in its own protocol: no library, no port.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// A line for each check, as in tests/shell.sh. failures() counts those that failed.
let failed = 0;
export function check(what, good, why = "") {
    console.log(`${good ? "ok" : "not ok"} - ${what}`);
    if (!good && why !== "")
        console.log(`# ${why}`);
    failed += !good;
}
export const failures = () => failed;

// Starts Chromium with one empty page. ask(EXPRESSION) is the value of an expression in it. send(METHOD, PARAMETERS) speaks to the page, on(METHOD, FUNCTION) hears it.
export async function openChromium(program) {
    const profile = mkdtempSync(join(tmpdir(), "breakeven-page-"));
    const flags = ["--headless", "--remote-debugging-pipe", `--user-data-dir=${profile}`, "--no-first-run", "--disable-gpu",
        "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--disable-extensions",
        "--hide-scrollbars", "--force-color-profile=srgb", "about:blank"];
    if (process.getuid() === 0)
        flags.unshift("--no-sandbox"); // Chromium's own sandbox refuses root
    const child = spawn(program, flags, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    const waiting = new Map(), heard = new Map();
    let last = 0, held = "", session;

    child.stdio[4].setEncoding("utf8");
    child.stdio[4].on("data", (text) => {
        const messages = (held + text).split("\0");
        held = messages.pop();
        for (const message of messages.map((each) => JSON.parse(each))) {
            const asked = waiting.get(message.id);
            waiting.delete(message.id);
            if (asked && message.error)
                asked.reject(new Error(`${asked.method}: ${message.error.message}`));
            else if (asked)
                asked.resolve(message.result);
            for (const each of heard.get(message.method) ?? [])
                each(message.params);
        }
    });
    child.on("exit", () => {
        for (const asked of waiting.values())
            asked.reject(new Error("chromium ended"));
    });

    const send = (method, params = {}) => new Promise((resolve, reject) => {
        waiting.set(++last, { method, resolve, reject });
        child.stdio[3].write(JSON.stringify({ id: last, method, params, sessionId: session }) + "\0");
    });
    const on = (method, listener) => heard.set(method, [...(heard.get(method) ?? []), listener]);
    const close = async () => {
        const ended = new Promise((resolve) => child.on("exit", resolve));
        child.kill();
        await ended;
        rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    };

    const { targetInfos } = await send("Target.getTargets");
    const page = targetInfos.find((target) => target.type === "page");
    session = (await send("Target.attachToTarget", { targetId: page.targetId, flatten: true })).sessionId;
    const ask = async (expression) => {
        const answer = await send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
        if (answer.exceptionDetails)
            throw new Error(answer.exceptionDetails.exception?.description ?? answer.exceptionDetails.text);
        return answer.result.value;
    };
    return { send, on, ask, close };
}
