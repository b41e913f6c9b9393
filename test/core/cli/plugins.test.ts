import { describe, expect, it } from 'vitest';
import { answerTo } from './answer.ts';

describe('runtime plugins', () => {
  it('lists every plugin below its section, with its summary', async () => {
    const { code, out } = await answerTo(['plugins']);
    expect(code).toBe(0);
    expect(out).toMatch(/^providers\n(?: {2}.+\n)* {2}simulator +\S.+\n/);
    expect(out).toMatch(/\n\nrisk\n(?: {2}.+\n)* {2}max-position +\S.+\n/);
    expect(out).not.toContain('does not load');
  });

  it('shows the options of one', async () => {
    const { code, out } = await answerTo(['plugins', 'max-position']);
    expect(code).toBe(0);
    expect(out).toMatch(/^risk\.max-position\n/);
    expect(out).toMatch(/\n {2}option +type +default +description\n/);
    expect(out).toMatch(/\n {2}contracts +a (whole )?number above 0 +required +\S/);
  });

  it('shows what may be said of each instrument', async () => {
    const { out } = await answerTo(['plugins', 'simulator']);
    expect(out).toMatch(/\n {2}instruments +a map .+\n {2}instruments\.<symbol>\.profile +one of futures, crypto/);
    expect(out).toMatch(/\n {2}instruments\.<symbol>\.price +a number above 0 +Price at the start\.\n/);
  });

  it('gives the same as one JSON object', async () => {
    const { plugins } = JSON.parse((await answerTo(['plugins', 'max-position', '--json'])).out) as {
      plugins: unknown[];
    };
    expect(plugins).toEqual([
      expect.objectContaining({ kind: 'risk', type: 'max-position', version: expect.any(String) }),
    ]);
    expect(plugins).toHaveProperty(
      [0, 'options', 0],
      expect.objectContaining({ name: 'contracts', fallback: 'required' }),
    );
  });

  it('names the plugin that was probably meant', async () => {
    const { code, err } = await answerTo(['plugins', 'max-positon']);
    expect(code).toBe(2);
    expect(err).toContain('did you mean max-position?');
  });
});
