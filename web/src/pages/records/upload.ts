import { Problem, type ProblemBody } from '@/api/problem';
import { words } from '@/words';

/** What became of one file: the refusal, or nothing where it was attached. */
export interface Uploaded {
  name: string;
  refused?: string;
}

interface Said {
  FileName?: string;
  IsUploaded?: boolean;
  Message?: string;
}

/**
 * Attaches one file to a record and tells how far it is, from 0 to 1. A file that the tenant does not take is told of in the
 * answer; a request that failed is thrown.
 */
export function upload(file: File, object: string, id: string, progress: (part: number) => void, signal: AbortSignal): Promise<Uploaded> {
  const form = new FormData();
  form.set('ObjectID', id);
  form.set('ObjectType', object);
  form.set('file', file, file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/api/rest/Attachment');
    request.setRequestHeader('Accept', 'application/json');
    request.upload.addEventListener('progress', (event) => event.lengthComputable && progress(event.loaded / event.total));
    request.addEventListener('load', () => {
      try {
        resolve(outcome(file.name, request.status, request.responseText, request.getResponseHeader('X-Request-Id') ?? undefined));
      } catch (refused) {
        reject(refused);
      }
    });
    request.addEventListener('error', () => reject(new Problem({ status: 0, code: 'unreachable' })));
    request.addEventListener('abort', () =>
      reject(new Problem({ status: 0, code: 'cancelled', detail: words.record.attachments.cancelled })),
    );
    signal.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}

/** Reads the answer to an upload of one file: a list with what became of it, a status object where its name is taken, or a refusal. */
export function outcome(name: string, status: number, body: string, requestId?: string): Uploaded {
  let said: unknown;
  try {
    said = JSON.parse(body);
  } catch {
    said = undefined;
  }
  const files = Array.isArray(said) ? said : (said as { files?: unknown } | undefined)?.files;
  if (Array.isArray(files) && (status === 200 || status === 300)) {
    const one = (files as Said[])[0];
    return one?.IsUploaded ? { name: one.FileName ?? name } : { name, refused: (one?.Message ?? '').replace(/^Upload Failed, ?/, '') };
  }
  const { code, message, description } = (said ?? {}) as { code?: string; message?: string[]; description?: string };
  const detail = status === 413 ? words.record.attachments.tooLarge : Array.isArray(message) ? message.join(' ') : description;
  const refusal: ProblemBody = { status, code: code ?? `http_${status}`, detail, request_id: requestId };
  throw new Problem(refusal);
}

const units = ['B', 'kB', 'MB', 'GB'];

/** A size in bytes as people read it. */
export function sizeOf(bytes: number, write: (value: number) => string): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${write(unit === 0 ? value : Math.round(value * 10) / 10)} ${units[unit]}`;
}
