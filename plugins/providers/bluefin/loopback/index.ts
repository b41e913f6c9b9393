import type { LoopbackFactory } from '#core';
import { BluefinVenue } from './bluefin-venue.ts';

export const instruments: readonly string[] = ['BTC-PERP', 'ETH-PERP'];

const loopback: LoopbackFactory = ({ instruments: symbols }) => new BluefinVenue(symbols);

export default loopback;
