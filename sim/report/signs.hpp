// The signs that a text report puts beside words, each one column wide (but for `ellipsis` and `arrow`).
#pragma once

#include <array>
#include <string_view>

namespace cmksim::report {

struct Signs {
    std::string_view action;  // done
    std::string_view refused; // an action that was refused
    std::string_view fact;    // brought about by time alone
    std::string_view down;    // a resource leaves Ready
    std::string_view up;      // and is back
    std::string_view still;   // is down for another reason
    std::string_view raised;  // a condition begins
    std::string_view cleared; // and ends
    std::string_view rotated;
    std::string_view lost;
    std::string_view tried; // an operation of which nothing was expected
    std::string_view held;
    std::string_view failed;
    std::string_view arrow;
    std::string_view because;
    std::string_view dot; // between things on one line
    std::string_view ellipsis;
    std::string_view rule;    // headings
    std::string_view tick;    // on the axis of the lanes
    std::string_view between; // ticks
    std::string_view ready;   // fills of the lanes
    std::string_view degraded;
    std::array<std::string_view, 4> fills;  // of states other than Ready, by their first appearance
    std::string_view seam;                  // between two reasons under one fill
    std::array<std::string_view, 8> shares; // of a fleet that are down, from few to all
};

inline constexpr Signs unicodeSigns{.action = "▶",
                                    .refused = "⊘",
                                    .fact = "◆",
                                    .down = "▼",
                                    .up = "▲",
                                    .still = "■",
                                    .raised = "◐",
                                    .cleared = "○",
                                    .rotated = "↻",
                                    .lost = "!",
                                    .tried = "·",
                                    .held = "✓",
                                    .failed = "✗",
                                    .arrow = "→",
                                    .because = "←",
                                    .dot = "·",
                                    .ellipsis = "…",
                                    .rule = "─",
                                    .tick = "┬",
                                    .between = "─",
                                    .ready = "━",
                                    .degraded = "╍",
                                    .fills = {"█", "▒", "░", "▓"},
                                    .seam = "│",
                                    .shares = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"}};

inline constexpr Signs asciiSigns{.action = ">",
                                  .refused = "/",
                                  .fact = "*",
                                  .down = "v",
                                  .up = "^",
                                  .still = "=",
                                  .raised = "~",
                                  .cleared = "o",
                                  .rotated = "@",
                                  .lost = "!",
                                  .tried = ".",
                                  .held = "+",
                                  .failed = "X",
                                  .arrow = "->",
                                  .because = "<-",
                                  .dot = "-",
                                  .ellipsis = "...",
                                  .rule = "-",
                                  .tick = "+",
                                  .between = "-",
                                  .ready = "-",
                                  .degraded = "~",
                                  .fills = {"#", "%", ":", "&"},
                                  .seam = "|",
                                  .shares = {"1", "2", "3", "4", "5", "6", "7", "8"}};

} // namespace cmksim::report
