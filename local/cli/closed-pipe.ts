/**
 * Ends the process quietly when whoever read its output has left, as `head` does after some lines. Import it for that
 * effect.
 */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}
