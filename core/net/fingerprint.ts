// FNV-1a for the lower half of a fingerprint, and the same with another odd factor and another beginning for the upper one.
export const LOW_BASIS = -2_128_831_035;
export const LOW_FACTOR = 16_777_619;
export const HIGH_BASIS = 0x2545f491;
export const HIGH_FACTOR = -1_640_531_535;
