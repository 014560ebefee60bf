/** What was read, with the entity tag under which it may be changed. */
export type Tagged<Data> = Data & { etag?: string };

/** Waits for an answer and returns its body with its entity tag: send it as If-Match, and nobody's change is lost. */
export async function tagged<Data>(answer: Promise<{ data?: Data; response: Response }>): Promise<Tagged<NonNullable<Data>>> {
  const { data, response } = await answer;
  return { ...(data as NonNullable<Data>), etag: response.headers.get('ETag') ?? undefined };
}
