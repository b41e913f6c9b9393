import { expect, it } from 'vitest';
import { z } from 'zod';

interface Declaration {
  readonly type: string;
  readonly summary: string;
  readonly options: z.ZodType;
}

interface Options {
  readonly options: unknown;
  /** Each is refused. */
  readonly badOptions: readonly unknown[];
}

/** What the declaration of every plugin promises, whatever its kind. Within a `describe` of its own. */
export function declarationContract(plugin: Declaration, given: Options): void {
  it('says what it is, and describes every option', () => {
    expect(plugin.type).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(plugin.summary).toMatch(/\.$/);
    const { properties = {} } = z.toJSONSchema(plugin.options, { io: 'input', unrepresentable: 'any' });
    for (const [name, option] of Object.entries(properties)) expect(option, name).toHaveProperty('description');
  });

  it('refuses unknown and bad options', () => {
    const good = given.options as object;
    expect(plugin.options.safeParse(good).success).toBe(true);
    for (const bad of [{ ...good, nosuchoption: 1 }, ...given.badOptions]) {
      expect(plugin.options.safeParse(bad).success, JSON.stringify(bad)).toBe(false);
    }
  });
}
