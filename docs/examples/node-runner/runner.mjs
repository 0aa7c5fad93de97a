#!/usr/bin/env node
// A runner for breakeven (docs/runners.md): Node's worker threads, and Node's child processes.
import { createReadStream, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Worker, isMainThread, parentPort } from 'node:worker_threads';
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(import.meta.url);

// ------------------------------------------------------------------------------- the jobs

// The sum of the squares below size. Numbers are exact up to 2^53: larger sums go on in a BigInt.
function squares(size) {
    let whole = 0n, sum = 0;
    for (let i = 0; i < size; i++) {
        sum += i * i;
        if (sum > 2 ** 52) {
            whole += BigInt(sum);
            sum = 0;
        }
    }
    return String(whole + BigInt(sum));
}

function sleep(ns) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ns / 1e6);
    return String(ns);
}

const WORKS = { empty: (size, job) => String((job + 1) % 256), squares, sleep };
const LARGEST_SQUARE = 9e7; // beyond it i * i is not exact

// Of a batch's jobs `count`, from `first` on; their results, and the processor time that they took.
function runJobs({ work, size, first, count }) {
    const before = process.cpuUsage();
    const results = Array.from({ length: count }, (_, i) => WORKS[work](size, first + i));
    const used = process.cpuUsage(before);
    return { results, user: used.user, system: used.system };
}

// ------------------------------------------------------------------------------- the strategies

// Workers that answer each message with one; the jobs of a batch are dealt out one at a time.
class Pool {
    constructor(workers, start) {
        this.workers = Array.from({ length: workers }, start);
    }

    // Hands jobs out until all are done; which workers had one is known here.
    map(state) {
        const results = new Array(state.jobs);
        const took = { user: 0, system: 0 };
        const who = new Set();
        let next = 0, left = state.jobs;
        return new Promise((resolve, reject) => {
            const feed = (worker) => {
                if (next === state.jobs) return;
                const job = next++;
                worker.answered = (answer) => {
                    results[job] = answer.results[0];
                    took.user += answer.user;
                    took.system += answer.system;
                    who.add(worker);
                    if (--left === 0) resolve({ results, took, workers: who.size });
                    else feed(worker);
                };
                worker.failed = reject;
                worker.ask({ work: state.work, size: state.size, first: job, count: 1 });
            };
            if (state.jobs === 0) resolve({ results, took, workers: 0 });
            this.workers.forEach(feed);
        });
    }

    close() {
        return Promise.all(this.workers.map((worker) => worker.end()));
    }
}

function listen(worker, handle) {
    handle.on('message', (answer) => worker.answered(answer));
    handle.on('error', (error) => worker.failed(error));
    return worker;
}

function startThread() {
    const thread = new Worker(FILE);
    return listen({ ask: (jobs) => thread.postMessage(jobs), end: () => thread.terminate() }, thread);
}

function startProcess() {
    const child = fork(FILE, ['worker'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const gone = new Promise((resolve) => child.on('exit', resolve));
    return listen({ ask: (jobs) => child.send(jobs), end: () => { child.disconnect(); return gone; } }, child);
}

const serial = {
    async map(state) {
        const all = { work: state.work, size: state.size, first: 0, count: state.jobs };
        const { results, user, system } = runJobs(all);
        return { results, took: { user, system }, workers: 1 };
    },
    async close() {},
};

const STRATEGIES = {
    'node-serial': { summary: 'a loop in JavaScript', baseline: true, takes: [], memory: 'threads', open: () => serial },
    'node-workers': {
        summary: 'a pool of worker_threads', takes: ['workers'], memory: 'threads',
        open: (workers) => new Pool(workers, startThread),
    },
    'node-processes': {
        summary: 'a pool of child processes', takes: ['workers'], memory: 'processes',
        open: (workers) => new Pool(workers, startProcess),
    },
};

// ------------------------------------------------------------------------------- the protocol

const state = {};

async function timed(action) {
    const start = process.hrtime.bigint();
    const value = await action();
    return { ns: Number(process.hrtime.bigint() - start), value };
}

const answers = {
    hello: () => ({
        protocol: 1,
        runtime: `Node.js ${process.versions.node}`,
        facts: { v8: process.versions.v8, uv: process.versions.uv },
        strategies: Object.entries(STRATEGIES).map(([name, { summary, baseline, takes, memory }]) =>
            ({ name, summary, baseline, takes, memory })),
        works: [
            { name: 'empty', summary: 'nothing', unit: 'nothing' },
            { name: 'squares', summary: 'the sum of squares', unit: 'iterations' },
            { name: 'sleep', summary: 'sleeps', unit: 'ns' },
        ],
    }),
    prepare: ({ work, size, jobs }) => {
        if (work === 'squares' && size > LARGEST_SQUARE) throw new Error(`squares of more than ${LARGEST_SQUARE}`);
        Object.assign(state, { work, size, jobs });
        return {};
    },
    open: async ({ strategy, workers }) => {
        const { ns, value } = await timed(() => STRATEGIES[strategy].open(workers));
        state.pool = value;
        return { ns };
    },
    map: async ({ maps, who }) => {
        const used = { user: 0, system: 0 };
        const { ns, value } = await timed(async () => {
            let last;
            for (let i = 0; i < maps; i++) {
                last = await state.pool.map(state);
                used.user += last.took.user;
                used.system += last.took.system;
            }
            return last;
        });
        state.results = value.results;
        const answer = { ns, user_ns: used.user * 1000, sys_ns: used.system * 1000 };
        return who ? { ...answer, workers: value.workers } : answer;
    },
    verify: () => ({ results: state.results }),
    close: async () => ({ ns: (await timed(() => state.pool.close())).ns }),
    end: () => ({}),
};

async function serve() {
    for await (const line of createInterface({ input: createReadStream('', { fd: 3 }) })) {
        const request = JSON.parse(line);
        let answer;
        try {
            answer = await answers[request.do](request);
        } catch (error) {
            answer = { error: { kind: 'failed', text: `${error.name}: ${error.message}` } };
        }
        writeSync(4, `${JSON.stringify({ id: request.id, ...answer })}\n`);
        if (request.do === 'end') process.exit(0);
    }
    process.exit(0);
}

if (!isMainThread) parentPort.on('message', (jobs) => parentPort.postMessage(runJobs(jobs)));
else if (process.argv[2] === 'worker') process.on('message', (jobs) => process.send(runJobs(jobs)));
else serve();
