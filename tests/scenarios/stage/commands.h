// What a scenario can command. "3>1" is the way from server 3 to server 1.
//
// Before the story
//   servers 1 2 3 [observers 4] [groups 3] [tick 100] [history 500] [queue 1000] [last-counter 4]
//   disk 1 [accepted 1] [current 1] [log 1:1=a 1:2=b] [committed 1:1] [checkpoint 1:1]
//   watch roles sync commits disk packets votes configs    (nothing: from here on, nothing is told)
// Time and movement
//   run [100ms]                 all that can happen: at once, or in that time
//   deliver 3>1 [2|all|through NEWLEADER]     packets; deliver votes 3>1 [2|all]
//   connect                     the oldest attempt to reach a leader is answered
//   persist 1 [2|all]           oldest disk work
//   read 1                      the oldest read of its disk is answered
// Fortune
//   boot 1 2 3, crash 1 [keeping 2], pause 1, resume 1, slow 1, fast 1
//   oracle 1 grants, oracle 1 denies      what it says from now on, every 100 ms
//   cut 1 from 2 3, mute 3>1, heal, hold 3>1, release 3>1
//   checkpoint 1, purge 1 1:1
// Use
//   propose 3 a b, sync 3 7, ask 1 word, resign 3, show 1 2 3
// Puppets: servers that say what the scenario says
//   puppet 2 3, vote 3>1 leads 3 1:5 of 1 round 4, dial 1>3, say 3>1 TRUNC 1:1, image 3>1 1:1=a [broken],
//   hang up 3>1
#pragma once

#include <string>

#include "cluster.h"
#include "protocol/base/result.h"
#include "story.h"

namespace paddock::scenarios {

struct Stage {
  Story story;
  Cluster cluster{story};
};

// A fault: the command makes no sense here.
Status perform(Stage& stage, const std::string& line);

}  // namespace paddock::scenarios
