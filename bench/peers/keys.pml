/* The estate of bench/explore_bench.cpp for SPIN: a vault with purge protection and seven keys, and everything that a
   person could do to it by mistake at one instant. Both visit the same states. */
bit network = 1;
bit roles;
bit gone;
byte key[7]; /* bit 0: its version is disabled; bit 1: it is deleted */

#define LOSE(i) :: atomic { !gone && key[i] == 0 -> key[i] = 1 } \
                :: atomic { !gone && key[i] < 2 -> key[i] = key[i] + 2 }

active proctype mishaps() {
    do
    :: atomic { !gone -> gone = 1 }
    :: atomic { !gone && network -> network = 0 }
    :: atomic { !gone -> roles = 1 - roles }
    LOSE(0)
    LOSE(1)
    LOSE(2)
    LOSE(3)
    LOSE(4)
    LOSE(5)
    LOSE(6)
    od
}
