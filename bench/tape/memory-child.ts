import { replayTape } from './replay-tape.ts';

/** Replays the tape that it is given and prints the megabytes that it took at most. */
const { peakRssMb } = await replayTape(process.argv[2]!);
process.stdout.write(String(peakRssMb));
