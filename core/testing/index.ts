/** The test kit: `import { testStrategy } from '#core/testing'`, or from `millrace/testing` outside of the repository. */
export { ChaosProxy } from './loopback/chaos-proxy.ts';
export { closeLocally, listenLocally } from './loopback/local-server.ts';
export { LoopbackBase } from './loopback/loopback-base.ts';
export { SeededMarket, type SeededMarketOptions } from './loopback/seeded-market.ts';
export { StrategyTest, type TestBar, type TestSetup, type TestTrade, testStrategy } from './test-strategy.ts';
