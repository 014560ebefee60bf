/** Text that is written from right to left, and marks that turn the direction of writing. */
const turning = /[\u0590-\u08FF\u200E\u200F\u202A-\u202E\u2066-\u2069\uFB1D-\uFDFF\uFE70-\uFEFF\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

const first = '\u2068'; // FIRST STRONG ISOLATE
const pop = '\u2069'; // POP DIRECTIONAL ISOLATE

/**
 * A value for within a sentence: whatever in it turns the direction of writing ends where it ends (UAX #9, isolates). A value that turns
 * nothing stays as it is. For what is shown only: the value itself keeps its marks.
 */
export function isolate(value: string): string {
  if (!turning.test(value)) return value;
  let depth = 0;
  let inner = '';
  for (const mark of value.replace(/[\n\r\u0085\u2028\u2029]+/g, ' ')) {
    if (mark >= '\u2066' && mark <= '\u2068') depth++;
    if (mark === pop && depth-- === 0) {
      depth = 0; // it would end ours
      continue;
    }
    inner += mark;
  }
  return first + inner + pop.repeat(depth) + pop;
}

/** The same words; those that take values keep each value to itself. */
export function isolating<Of>(catalogue: Of): Of {
  if (typeof catalogue === 'function') {
    const say = catalogue as unknown as (...values: unknown[]) => unknown;
    return ((...values: unknown[]) => say(...values.map((value) => (typeof value === 'string' ? isolate(value) : value)))) as unknown as Of;
  }
  if (typeof catalogue !== 'object' || catalogue === null || Array.isArray(catalogue)) return catalogue;
  return Object.fromEntries(Object.entries(catalogue).map(([name, value]) => [name, isolating(value)])) as Of;
}
