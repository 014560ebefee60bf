// Compresses what was built, so that the program sends it without work, and says how large the first load is. What is compressed is
// not kept beside that: the program is smaller, and unpacks it for who takes neither form.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const budget = 250 * 1000; // bytes of JavaScript, compressed by gzip, before the first page shows
const dist = new URL('../dist/', import.meta.url).pathname;
const sizes = new Map();

for (const name of readdirSync(join(dist, 'assets'))) {
  if (!/\.(js|css|svg)$/.test(name)) continue;
  const path = join(dist, 'assets', name);
  const text = readFileSync(path);
  const gzip = gzipSync(text, { level: 9 });
  sizes.set(name, gzip.length);
  if (text.length < 512) continue;
  writeFileSync(`${path}.gz`, gzip);
  writeFileSync(`${path}.br`, brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  rmSync(path);
}

const index = readFileSync(join(dist, 'index.html'), 'utf8');
const first = [...index.matchAll(/assets\/([^"]+)/g)].map((match) => match[1]);
const of = (ending) => first.filter((name) => name.endsWith(ending)).reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
process.stdout.write(
  `first load, gzip: ${kilobytes(of('.js'))} of JavaScript (at most ${kilobytes(budget)}), ${kilobytes(of('.css'))} of styles\n`,
);
if (/<script(?![^>]*\bsrc=)/.test(index)) throw new Error('index.html has an inline script, which the policy forbids');
if (of('.js') > budget) throw new Error('the first load is too large: load what is rarely used on demand');
