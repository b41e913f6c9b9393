/** The test kit: `import { testStrategy } from '#core/testing'`, or from `millrace/testing` outside of the repository. */
export { StrategyTest, type TestBar, type TestSetup, type TestTrade, testStrategy } from './test-strategy.ts';
