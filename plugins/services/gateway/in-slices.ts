/** Does `work` for each item, some now and the others later, `size` at a time. What a set loses meanwhile is passed over. */
export function inSlices<T>(items: Iterable<T>, size: number, later: Later, work: (item: T) => void): void {
  const rest = items[Symbol.iterator]();
  const slice = (): void => {
    for (let i = 0; i < size; i++) {
      const step = rest.next();
      if (step.done === true) return;
      work(step.value);
    }
    later(slice);
  };
  slice();
}

/** Runs work when all else that is due in the process has had its turn. */
export type Later = (work: () => void) => void;
