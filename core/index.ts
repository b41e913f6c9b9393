/** The one door: all that a plugin or a strategy may import. */
export * from './domain/chunk.ts';
export * from './domain/event.ts';
export * from './domain/instrument.ts';
export * from './domain/market.ts';
export * from './domain/order.ts';
export * from './domain/position.ts';
export * from './domain/time.ts';
export * from './domain/timeframe.ts';
export * from './errors/millrace-error.ts';
export * from './plugin/context.ts';
export * from './plugin/define.ts';
export * from './plugin/persistence.ts';
export * from './plugin/provider.ts';
export * from './plugin/risk.ts';
export * from './plugin/service.ts';
export * from './plugin/strategy.ts';
export { TapeWriter, type TapeWriterOptions } from './tape/writer.ts';
