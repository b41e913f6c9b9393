import { join } from 'node:path';
import { compile, root } from './compile.ts';

/** Compiles what ships into dist/: Node does not strip types from files under node_modules. */
compile(['core', 'plugins', 'strategies'], join(root, 'dist'));
