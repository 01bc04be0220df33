#!/usr/bin/env node
// The `statewright` command: runs the program and ends the process with its exit code.
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { createOutput } from './output.js';
import { reportError } from './problems.js';
import { runProgram } from './program.js';

// The process is ours alone: V8 shall let its heap grow in small steps, so that a plan of 100,000 tasks fits
// in 400 MB. Otherwise it collects late where the machine has much memory.
setFlagsFromString('--heap-growing-percent=50');

const manifest = new URL('../../../package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
const words = process.argv.slice(2);
const output = createOutput(words.includes('--json'));

const onBug = (error: unknown): void => process.exit(reportError(error, output, version));
process.on('uncaughtException', onBug);
process.on('unhandledRejection', onBug);

const code = await runProgram(words, version);
await output.flush();
// Whatever a host's tools may have left open does not keep the command alive.
process.exit(code);
