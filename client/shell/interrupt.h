// Ctrl-C: ends the command that runs, not the shell. A flag that commands look at while they wait, and a
// descriptor for who waits in poll(). One for the process, as the signal is.
#pragma once

namespace paddock::client::shell::interrupt {

// From now on SIGINT sets the flag. When three have not been heeded the next one ends the program.
void install();
bool requested();
// A new command begins.
void clear();
// Readable while an interrupt is requested; -1 before install().
int descriptor();

}  // namespace paddock::client::shell::interrupt
