/** An address as it may be shown: without its query and without user and password, where keys and tokens travel. */
export function shownUrl(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? 'an address that is none' : `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
}
