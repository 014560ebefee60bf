import { Problem, problemOf } from '@/api/problem';
import { type Definition, fieldOf } from './definition';

/**
 * A refusal with the fields that its words name, where it does not name them itself: "… to update following fields Priority,
 * Owner", "… the field 'Owner'", 'Mandatory field "Subject" …'.
 */
export function refusalOf(thrown: unknown, def: Definition): Problem {
  const problem = problemOf(thrown);
  if (Object.keys(problem.fields).length > 0 || problem.status < 400 || problem.status >= 500) return problem;
  const list = /following fields? ([\w, ]+)/i.exec(problem.message)?.[1]?.split(/,\s*/) ?? [];
  const asked = /asks for ([\w, ]+)$/i.exec(problem.message)?.[1]?.split(/,\s*/) ?? [];
  const named = [...problem.message.matchAll(/field ['"](\w+)['"]/gi)].map((match) => match[1] ?? '');
  const fields = [
    ...new Set([...list, ...asked, ...named].map((name) => fieldOf(def, name.trim())?.name).filter((name) => name !== undefined)),
  ];
  if (fields.length === 0) return problem;
  return new Problem(
    {
      status: problem.status,
      code: problem.code,
      detail: problem.message,
      request_id: problem.requestId,
      errors: fields.map((field) => ({ field, message: problem.message })),
    },
    problem,
  );
}
