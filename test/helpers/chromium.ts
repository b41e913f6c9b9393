import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { describe } from 'vitest';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Path of the browser: that of MILLRACE_CHROMIUM, or the first of the usual names on PATH. */
const browser =
  process.env.MILLRACE_CHROMIUM ??
  (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find((file) => existsSync(file));

// A check that skips what it should prove would be green for the wrong reason.
if (browser === undefined && process.env.MILLRACE_REQUIRE_CHROMIUM === '1') {
  throw new Error('MILLRACE_REQUIRE_CHROMIUM is 1, but there is no chromium on PATH');
}

/** A group of tests in a browser. Without one the group is skipped, and its name says why. */
export function describeWithChromium(name: string, tests: () => void): void {
  if (browser !== undefined) describe(name, tests);
  else describe.skip(`${name} (skipped: needs chromium)`, tests);
}

/** A page in a headless browser, spoken to by the Chrome DevTools Protocol over two pipes. */
export class Browser {
  readonly #process;
  readonly #profile = mkdtempSync(join(tmpdir(), 'millrace-chromium-'));
  readonly #waiting = new Map<number, PromiseWithResolvers<Answer>>();
  #session: string | undefined;
  #sent = 0;
  #loaded = Promise.withResolvers<void>();

  constructor() {
    const flags = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--hide-scrollbars',
      '--remote-debugging-pipe',
      '--window-size=1040,900',
    ];
    this.#process = spawn(browser ?? '', [...flags, `--user-data-dir=${this.#profile}`, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    this.#process.once('exit', (code) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`the browser ended with ${code}`));
    });
    let rest = '';
    (this.#process.stdio[4] as Readable).setEncoding('utf8').on('data', (text: string) => {
      const messages = (rest + text).split('\0');
      rest = messages.pop() ?? '';
      for (const message of messages) this.#take(JSON.parse(message) as Message);
    });
  }

  async open(url: string, scheme: 'light' | 'dark'): Promise<void> {
    const { targetId } = await this.#send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.#send('Target.attachToTarget', { targetId, flatten: true });
    this.#session = String(sessionId);
    await this.#send('Page.enable', {});
    const features = [{ name: 'prefers-color-scheme', value: scheme }];
    await this.#send('Emulation.setEmulatedMedia', { features });
    this.#loaded = Promise.withResolvers();
    await this.#send('Page.navigate', { url });
    await this.#loaded.promise;
  }

  /** Value of an expression in the page. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result } = await this.#send('Runtime.evaluate', { expression, returnByValue: true });
    return (result as { value: T }).value;
  }

  /** All of the page, as a PNG. */
  async screenshot(): Promise<Uint8Array> {
    const { data } = await this.#send('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true });
    return Buffer.from(String(data), 'base64');
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill();
    await ended;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  async #send(method: string, params: object): Promise<Answer> {
    const id = ++this.#sent;
    const answer = Promise.withResolvers<Answer>();
    this.#waiting.set(id, answer);
    const sessionId = method.startsWith('Target.') ? undefined : this.#session;
    (this.#process.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return await answer.promise;
  }

  #take({ id, method, result, error }: Message): void {
    if (method === 'Page.loadEventFired') this.#loaded.resolve();
    const waiting = this.#waiting.get(id ?? 0);
    this.#waiting.delete(id ?? 0);
    if (error !== undefined) waiting?.reject(new Error(error.message));
    else waiting?.resolve(result ?? {});
  }
}

type Answer = Readonly<Record<string, unknown>>;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: Answer;
  readonly error?: { readonly message: string };
}
