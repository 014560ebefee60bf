import { execFileSync, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const binary = process.env.PROVOST_BINARY ?? '../bin/provost';

/** A running `provost serve` with a data folder of its own. */
export interface Served {
  /** What the program says it serves. */
  url: string;
  /** Where it listens. */
  port: number;
  /** The link of the first start, by which the administrator sets a password. */
  setupLink: string;
  /** Runs a command on the same data and returns what it printed as JSON. */
  run: (...args: string[]) => Record<string, unknown>;
  stop: () => Promise<void>;
}

/** Starts the program on an empty folder and waits until it serves. */
export async function serve(...args: string[]): Promise<Served> {
  const data = mkdtempSync(join(tmpdir(), 'provost-'));
  const program = spawn(binary, ['serve', '--data', data, '--listen', '127.0.0.1:0', '--metrics-listen', 'off', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gone = once(program, 'exit');
  let said = '';
  const ready = new Promise<Pick<Served, 'url' | 'port' | 'setupLink'>>((resolve, reject) => {
    const listen = (text: Buffer) => {
      said += text;
      const url = /Provost serves (\S+)/.exec(said)?.[1];
      const port = /"address":"[^"]*:(\d+)"/.exec(said)?.[1];
      const setupLink = /(\S+\/set-password#\S+)\n/.exec(said)?.[1];
      if (url && port && setupLink) resolve({ url, port: Number(port), setupLink });
    };
    program.stdout.on('data', listen);
    program.stderr.on('data', listen);
    void gone.then(() => reject(new Error(`the program ended:\n${said}`)));
  });
  return {
    ...(await ready),
    run: (...command) => JSON.parse(execFileSync(binary, [...command, '--data', data, '--json'], { encoding: 'utf8' })),
    stop: async () => {
      program.kill();
      await gone;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const stepSeconds = 30;

/** The code that an authenticator app shows for a secret in base 32 (RFC 6238 with its defaults), this many steps from now. */
export function totp(secret: string, steps = 0) {
  const bits = [...secret.replaceAll(/[\s=]/g, '').toUpperCase()].map((c) => alphabet.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000 / stepSeconds) + steps));
  const mac = createHmac('sha1', key).update(counter).digest();
  const offset = mac[mac.length - 1] & 0xf;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
