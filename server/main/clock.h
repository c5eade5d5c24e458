// The only place where time is read for the rooms below.
#pragma once

#include "protocol/base/time.h"

namespace paddock {

Now now();

}  // namespace paddock
