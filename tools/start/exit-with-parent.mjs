// Loaded before a program that knows nothing of its launcher: it ends when the launcher is gone.
process.on('disconnect', () => process.exit(0));
