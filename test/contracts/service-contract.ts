import { describe, expect, it } from 'vitest';
import type { ServicePlugin } from '#core';
import { declarationContract } from './declaration-contract.ts';
import { serviceWorld } from './service-kit.ts';

export interface ServiceCase {
  readonly options: unknown;
  /** Each is refused. */
  readonly badOptions: readonly unknown[];
}

/** What every service promises. */
export function serviceContract(plugin: ServicePlugin, given: ServiceCase): void {
  describe(`${plugin.type} keeps the service contract`, () => {
    declarationContract(plugin, given);

    it('does nothing before its start', () => {
      const { listening, scheduler } = serviceWorld(plugin, given.options);
      expect(listening()).toBe(0);
      expect(scheduler.actions).toHaveLength(0);
    });

    it('leaves no listener and no timer behind, and can be stopped twice', async () => {
      const { service, listening, scheduler } = serviceWorld(plugin, given.options);
      await service.start();
      expect(listening()).toBeGreaterThan(0);
      await service.stop();
      await service.stop();
      expect(listening()).toBe(0);
      expect(scheduler.actions).toHaveLength(0);
    });

    it('can be stopped without having been started', async () => {
      const { service, listening } = serviceWorld(plugin, given.options);
      await service.stop();
      expect(listening()).toBe(0);
    });

    it('can be started again', async () => {
      const { service, listening } = serviceWorld(plugin, given.options);
      await service.start();
      const before = listening();
      await service.stop();
      await service.start();
      expect(listening()).toBe(before);
      await service.stop();
    });
  });
}
