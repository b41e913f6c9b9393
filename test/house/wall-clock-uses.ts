import ts from 'typescript';

const globals = new Set(['setTimeout', 'setInterval', 'setImmediate', 'performance']);
const members = new Set(['Date.now', 'Math.random', 'process.hrtime', 'process.uptime']);
const modules = new Set([
  'node:timers',
  'node:timers/promises',
  'node:perf_hooks',
  'timers',
  'timers/promises',
  'perf_hooks',
]);
const dice = new Set(['randomUUID', 'randomBytes', 'randomInt', 'getRandomValues']);

/** Where a file asks the computer for time, a timer or chance: `line: what`, one each. Types and comments do not count. */
export function wallClockUses(text: string): string[] {
  const source = ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];

  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    const what = forbidden(node);
    if (what !== undefined) found.push(`${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${what}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function forbidden(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) {
    const name = node.getText();
    return members.has(name) || name.startsWith('globalThis.') ? name : undefined;
  }
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length) return 'new Date()';
  if (ts.isCallExpression(node) && node.expression.getText() === 'Date') return 'Date()';
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    return modules.has(node.moduleSpecifier.text) ? node.moduleSpecifier.text : undefined;
  }
  if (!ts.isIdentifier(node)) return undefined;
  if (dice.has(node.text)) return node.text;
  return globals.has(node.text) && !isName(node) ? node.text : undefined;
}

/** `timers.setTimeout` and `{ setTimeout: … }` name a member of something else, not the global. */
function isName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  return (
    (ts.isPropertyAssignment(parent) ||
      ts.isMethodDeclaration(parent) ||
      ts.isPropertySignature(parent) ||
      ts.isMethodSignature(parent)) &&
    parent.name === node
  );
}
