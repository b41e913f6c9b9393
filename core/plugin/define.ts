import type { z } from 'zod';
import type { LoopbackModule } from './loopback.ts';
import type { Persistence, PersistenceContext } from './persistence.ts';
import type { Provider, ProviderContext } from './provider.ts';
import type { RiskContext, RiskReview, RiskRule } from './risk.ts';
import type { Service, ServiceContext } from './service.ts';
import type { Strategy, StrategyContext } from './strategy.ts';

export type PluginKind = 'provider' | 'strategy' | 'risk' | 'persistence' | 'service';

/** What all plugins declare. Validation, help, docs, JSON Schema and YAML errors come from `options`. */
interface Declaration<Schema extends z.ZodType> {
  /** The plugin's name: file name, YAML key. */
  readonly type: string;
  /** One sentence, as a trader would say it. */
  readonly summary: string;
  readonly options: Schema;
}

export interface ProviderPlugin<S extends z.ZodType = z.ZodType> extends Declaration<S> {
  readonly kind: 'provider';
  /** Its venue, playable on this machine; imported only when asked for. */
  readonly loopback?: () => Promise<LoopbackModule>;
  create(context: ProviderContext<z.output<S>>): Provider | Promise<Provider>;
}
export interface StrategyPlugin<S extends z.ZodType = z.ZodType> extends Declaration<S> {
  readonly kind: 'strategy';
  create(context: StrategyContext<z.output<S>>): Strategy;
}
export interface RiskPlugin<S extends z.ZodType = z.ZodType> extends Declaration<S> {
  readonly kind: 'risk';
  create(context: RiskContext<z.output<S>>): RiskReview | RiskRule;
}
export interface PersistencePlugin<S extends z.ZodType = z.ZodType> extends Declaration<S> {
  readonly kind: 'persistence';
  create(context: PersistenceContext<z.output<S>>): Persistence;
}
export interface ServicePlugin<S extends z.ZodType = z.ZodType> extends Declaration<S> {
  readonly kind: 'service';
  create(context: ServiceContext<z.output<S>>): Service;
}
export type Plugin = ProviderPlugin | StrategyPlugin | RiskPlugin | PersistencePlugin | ServicePlugin;

type Body<P extends Plugin> = Omit<P, 'kind'>;

export const defineProvider = <S extends z.ZodType>(body: Body<ProviderPlugin<S>>): ProviderPlugin<S> => ({
  kind: 'provider',
  ...body,
});
export const defineStrategy = <S extends z.ZodType>(body: Body<StrategyPlugin<S>>): StrategyPlugin<S> => ({
  kind: 'strategy',
  ...body,
});
export const defineRisk = <S extends z.ZodType>(body: Body<RiskPlugin<S>>): RiskPlugin<S> => ({
  kind: 'risk',
  ...body,
});
export const definePersistence = <S extends z.ZodType>(body: Body<PersistencePlugin<S>>): PersistencePlugin<S> => ({
  kind: 'persistence',
  ...body,
});
export const defineService = <S extends z.ZodType>(body: Body<ServicePlugin<S>>): ServicePlugin<S> => ({
  kind: 'service',
  ...body,
});
