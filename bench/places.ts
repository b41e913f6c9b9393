import { fileURLToPath, pathToFileURL } from 'node:url';

/** What lies beside the project, in whose folder the bench is started. */
export const shared = (name: string): URL => new URL(`../shared/${name}`, pathToFileURL(`${process.cwd()}/`));

/** A file of the bench, compiled or not, by its path without what it ends with. */
export function fileOf(name: string): string {
  const end = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  return fileURLToPath(new URL(name + end, import.meta.url));
}
