/** A point in time as <input type="datetime-local"> holds it, in the zone of the person; '' for none. */
export function toLocal(iso: string | null | undefined): string {
  const time = new Date(iso ?? '');
  if (!iso || Number.isNaN(time.getTime())) return '';
  const two = (n: number) => String(n).padStart(2, '0');
  const date = `${String(time.getFullYear()).padStart(4, '0')}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  const seconds = time.getSeconds();
  return `${date}T${two(time.getHours())}:${two(time.getMinutes())}${seconds ? `:${two(seconds)}` : ''}`;
}

/** What the person chose, in UTC to the second, as the interface takes it; null for none. */
export function toUTC(local: string): string | null {
  const time = new Date(local);
  return local && !Number.isNaN(time.getTime()) ? time.toISOString().replace(/\.\d+Z$/, 'Z') : null;
}

/** The zone in which times are shown and typed: "Europe/Berlin". */
export const zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
