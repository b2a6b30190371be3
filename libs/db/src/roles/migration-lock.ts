/** Prisma Migrate's own advisory lock: when several start at once, one migrates and the others wait. */
export const migrationLock = 72707369;
