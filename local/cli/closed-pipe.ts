/**
 * Ends the process quietly when the reader of its output has closed the pipe, as `head` does. Import it for this side
 * effect.
 */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}
