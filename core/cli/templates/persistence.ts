/** Append and restore, nothing else: the smallest record that is worth keeping. */
export const persistenceTemplate = (type: string, core: string): string => `import { appendFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { definePersistence, type Fill } from '${core}';
import { z } from 'zod';

/** Writes each fill as one line of JSON. Replace it by what you want to keep. */
export default definePersistence({
  type: '${type}',
  summary: 'Writes fills to a file, one line of JSON each.',
  options: z.strictObject({
    file: z.string().default('fills.ndjson').describe('File to append to; starts at the folder of the configuration.'),
  }),

  create: ({ options, baseDir }) => {
    const file = resolve(baseDir, options.file);
    let waiting: Fill[] = [];
    const flush = async (): Promise<void> => {
      const lines = waiting.map((fill) => \`\${JSON.stringify(fill)}\\n\`);
      waiting = [];
      appendFileSync(file, lines.join(''));
    };
    return {
      location: file,
      open: async () => {},
      // Called between two events of the market: it must not wait.
      append: (entry) => {
        if (entry.type === 'fill') waiting.push(entry.fill);
      },
      flush,
      close: flush,
    };
  },
});
`;
