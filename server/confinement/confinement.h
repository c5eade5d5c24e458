// Confinement: what the kernel still does for this process once it serves (paddock.seccomp;
// docs/security.md). Who takes the server over by a fault of its memory shall find little to go on with.
//
// Invariants, from confine() on, in all threads, for the rest of the process's life
// 1. It becomes no other program, makes no other process and looks into none: what asks for that ends it
//    (SIGSYS).
// 2. Nothing that was written to memory is run; a library's file may still be mapped, for the resolver and
//    logins with tickets load theirs when they are needed.
// 3. Any other call that a server does not make is answered ENOSYS. That does harm to no library that knows
//    another way for an older kernel, as glibc does for clone3.
//
// Paths, addresses and signals to oneself are not looked at: what files are open to the process is for its
// user and its service manager to say.
#pragma once

#include <string>
#include <vector>

#include "protocol/base/result.h"

namespace paddock::confinement {

// The calls that are served with any arguments, by the kernel's names.
const std::vector<std::string>& served_calls();
// Those that end the process.
const std::vector<std::string>& fatal_calls();

// A fault says what the kernel does not have; then nothing has changed. To be called when all is opened that
// needs privileges: a process that is confined gains none (no_new_privs).
Status confine();

}  // namespace paddock::confinement
