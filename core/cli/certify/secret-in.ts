const MASK = '•••';
const AROUND = 60;
/** What credentials look like when nobody told us them: a JSON Web Token, or a query with a key in it. */
const SUSPICIOUS = /eyJ[\w-]{10,}\.[\w-]+|[?&](?:access_token|token|api_?key|key|signature)=(?!•)[^&\s"']+/i;

/** The place in a text where a secret is, with the secret masked; `undefined` when there is none. */
export function secretIn(text: string, secrets: readonly string[]): string | undefined {
  const found = secrets.find((secret) => text.includes(secret)) ?? SUSPICIOUS.exec(text)?.[0];
  if (found === undefined) return undefined;
  const at = text.indexOf(found);
  const part = text.slice(Math.max(0, at - AROUND), at + found.length + AROUND);
  return part.replaceAll(found, MASK).replaceAll(/\s+/g, ' ').trim();
}
