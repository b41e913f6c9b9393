import { existsSync } from 'node:fs';
import { type ResolveFnOutput, registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { codeRoot, packageName } from './package-info.ts';

/** Two copies of these in one process would not recognise each other's objects. */
const SHARED = /^(rxjs|zod)(\/|$)/;

/**
 * Lets plugins import the runtime from anywhere: `millrace`, `#core` and RxJS are the runtime's own copies, wherever the
 * plugin's file lies, and `./other.js` or `./other` finds `other.ts`.
 */
export function installHooks(): void {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const doors = new Map([
    [packageName, new URL(`core/index.${extension}`, codeRoot).href],
    ['#core', new URL(`core/index.${extension}`, codeRoot).href],
    [`${packageName}/testing`, new URL(`core/testing/index.${extension}`, codeRoot).href],
    ['#core/testing', new URL(`core/testing/index.${extension}`, codeRoot).href],
  ]);

  registerHooks({
    resolve(specifier, context, nextResolve) {
      const door = doors.get(specifier);
      if (door !== undefined) return { url: door, shortCircuit: true };
      if (SHARED.test(specifier)) return nextResolve(specifier, { ...context, parentURL: import.meta.url });
      try {
        return asModule(nextResolve(specifier, context));
      } catch (error) {
        const typed = typescriptFor(specifier, context.parentURL);
        if (typed === undefined) throw error;
        return { url: typed, format: 'module-typescript', shortCircuit: true };
      }
    },
  });
}

/** A `.ts` file is an ES module, whether or not a package.json around it says so. */
function asModule(resolved: ResolveFnOutput): ResolveFnOutput {
  const own =
    resolved.url.startsWith('file:') && resolved.url.endsWith('.ts') && !resolved.url.includes('/node_modules/');
  return own ? { ...resolved, format: 'module-typescript' } : resolved;
}

/** The TypeScript file that a relative import without its ending, or with `.js`, means. */
function typescriptFor(specifier: string, parent: string | undefined): string | undefined {
  if (parent === undefined || !/^\.{1,2}\//.test(specifier) || parent.includes('/node_modules/')) return undefined;
  const base = fileURLToPath(new URL(specifier, parent));
  const candidates = [base.replace(/\.js$/, '.ts'), `${base}.ts`, `${base}/index.ts`];
  const found = candidates.find((candidate) => candidate.endsWith('.ts') && existsSync(candidate));
  return found === undefined ? undefined : pathToFileURL(found).href;
}
