// Makes src/api/schema.gen.ts of the OpenAPI document in the file named, and notes of which document: make types.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import openapi, { astToString } from 'openapi-typescript';

const document = readFileSync(process.argv[2]);
const sum = createHash('sha256').update(document).digest('hex');
const types = astToString(await openapi(JSON.parse(document.toString())));
writeFileSync(new URL('../src/api/schema.gen.ts', import.meta.url), `// Made of the document with SHA-256 ${sum}. DO NOT EDIT.\n${types}`);
