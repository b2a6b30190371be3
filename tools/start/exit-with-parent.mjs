// Loaded before a program that does not know its launcher, so that it ends when the launcher is gone.
process.on('disconnect', () => process.exit(0));
