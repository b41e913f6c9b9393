import type { LoopbackFactory } from '#core';
import { BluefinVenue } from './bluefin-venue.ts';

const loopback: LoopbackFactory = ({ instruments }) => new BluefinVenue(instruments);

export default loopback;
