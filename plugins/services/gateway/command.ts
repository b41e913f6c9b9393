/** What a client says. */
export type Command =
  | { readonly kind: 'ping' | 'nothing' }
  | { readonly kind: 'subscribe' | 'unsubscribe'; readonly symbols: readonly string[] }
  | { readonly kind: 'bad'; readonly message: string };

/** Unknown types are no fault: the old service passed over them too. */
export function parseCommand(text: string): Command {
  const message = parsed(text);
  if (message instanceof Error) return { kind: 'bad', message: message.message };
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    return { kind: 'bad', message: 'A message must be a JSON object with a type' };
  }
  const { type, symbols } = message as { type?: unknown; symbols?: unknown };
  if (type === 'ping') return { kind: 'ping' };
  if (type !== 'subscribe' && type !== 'unsubscribe') return { kind: 'nothing' };
  if (!Array.isArray(symbols) || !symbols.every((symbol) => typeof symbol === 'string')) {
    return { kind: 'bad', message: `${type} needs a list: {"type":"${type}","symbols":["ETH-PERP"]}` };
  }
  return { kind: type, symbols: [...new Set(symbols.map((symbol) => symbol.trim()))] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error instanceof Error ? error : new Error('no JSON');
  }
}
