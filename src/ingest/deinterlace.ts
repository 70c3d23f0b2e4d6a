/**
 * One whole frame for each interlaced one, at its time: bwdif (Weston's three-field filter, after BBC R&D WHP 025, joined
 * with yadif's edge search). Every frame is taken for interlaced, whether it says so or not; field order is the frame's own.
 */
export const DEINTERLACE: readonly string[] = ['bwdif=mode=send_frame:parity=auto:deint=all'];
