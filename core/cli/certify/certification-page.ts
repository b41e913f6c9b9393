import { CERTIFY_CASES } from './all-cases.ts';
import type { CaseResult } from './case.ts';
import type { Certificate } from './certify.ts';

const MARKS = { passed: '✓', failed: '✗', skipped: '–' } as const;

/** docs/certification.md: what the cases are, who passes them, and how to have a provider of one's own certified. */
export function certificationPage(certificates: readonly Certificate[]): string {
  return [
    '# Certification',
    '',
    '`runtime certify <provider>` plays numbered cases against the provider’s venue on this machine: the same protocol, real',
    'sockets, and every fault that a network and a venue are known for. Numbers are stable. A case that the provider or its',
    'venue cannot play is skipped, and says why; it never passes silently. The exit code is 1 when one fails.',
    'The page is written by `test/core/cli/certify-matrix.test.ts`.',
    '',
    '    runtime certify binance',
    '    runtime certify ./my-provider/index.ts --only 3,26 --seed 9 --json',
    '',
    '## What is certified',
    '',
    ...matrix(certificates),
    '',
    '✓ holds, ✗ does not, – cannot be played:',
    '',
    ...certificates.flatMap(notes),
    '',
    '## The cases',
    '',
    '| | case | what you may rely on |',
    '|---:|---|---|',
    ...CERTIFY_CASES.map(({ id, name, proves }) => `| ${id} | ${name} | ${proves} |`),
    '',
    OWN_PROVIDER,
  ].join('\n');
}

function matrix(certificates: readonly Certificate[]): readonly string[] {
  const heads = certificates.map(({ provider }) => provider);
  return [
    `| | case | ${heads.join(' | ')} |`,
    `|---:|---|${heads.map(() => ':---:').join('|')}|`,
    ...CERTIFY_CASES.map(({ id, name }) => {
      const marks = certificates.map(({ cases }) => MARKS[resultOf(cases, id)?.outcome ?? 'skipped']);
      return `| ${id} | ${name} | ${marks.join(' | ')} |`;
    }),
  ];
}

/** Why cases were skipped or failed: cases with the same reason together. */
function notes({ provider, cases }: Certificate): readonly string[] {
  const reasons = new Map<string, number[]>();
  for (const { id, outcome, why } of cases) {
    if (outcome === 'passed' || why === undefined) continue;
    const reason = outcome === 'failed' ? `fails: ${why}` : why;
    reasons.set(reason, [...(reasons.get(reason) ?? []), id]);
  }
  const parts = [...reasons].map(([reason, ids]) => `${ids.join(', ')}: ${reason}`);
  return parts.length === 0 ? [] : [`* ${provider}: ${parts.join('; ')}`];
}

const resultOf = (cases: readonly CaseResult[], id: number): CaseResult | undefined =>
  cases.find((each) => each.id === id);

const OWN_PROVIDER = `## A provider of your own

A provider is certified against its venue, which you write as well: a server that speaks the venue’s protocol and can
misbehave on command. Write it from the venue’s documentation, not from the provider, or a mistake in one hides in the other.
\`test/fixtures/providers/tiny\` is a whole one: a provider with trades, quotes and depth in under 200 lines, and its venue in
under 150.

1. In the provider: \`loopback: () => import('./loopback.ts')\`.
2. In \`loopback.ts\`: a class that extends \`LoopbackBase\` from \`millrace/testing\`. The base puts a proxy in front of your
   server that plays the faults of the network: refusing, dropping, also in the middle of a frame, freezing, delaying,
   restarting. You write the server, \`send\`, which puts an event on the wire to all who subscribed to it, and the faults
   of the venue that make sense; list those in \`faults\`.
3. \`options()\` answers what leads a provider there, as it would stand in the YAML: addresses, and credentials that can be
   searched for in a log. Required options that it leaves out are made up.
4. \`export const instruments = ['ES', 'NQ']\`: two symbols as your users would write them.
5. \`demand()\` is what clients have subscribed to at the venue, and \`send\` answers false when that event is not among it.
   After \`sequence-gap\` the next event is in the venue’s book but not on the wire; after \`duplicate\` it is there twice;
   \`reset-book\` begins the book anew; \`wrong-token\` refuses every login; \`expired-token\` makes the tokens worthless that
   were handed out so far.
6. \`runtime certify ./my-provider/index.ts\`. A failure says what was expected and prints the command that plays it again.

In a test, with \`"scripts": { "certify": "runtime certify ./my-provider/index.ts --json" }\`, the object has \`passed\`,
\`failed\`, \`skipped\` and a list of \`cases\`; \`strays\` are errors that left the provider outside of its stream, which would
end a process.
`;
