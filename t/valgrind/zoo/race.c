#include <pthread.h>

#include "zoo.h"

static int  laps;

static void *
run(void *none)
{
    for (int i = 0; i < 10; i++) {
        laps++;
    }

    return none;
}

int
zoo_race(void)
{
    pthread_t  one, other;

    if (pthread_create(&one, NULL, run, NULL) != 0) {
        return -1;
    }

    if (pthread_create(&other, NULL, run, NULL) == 0) {
        pthread_join(other, NULL);
    }

    pthread_join(one, NULL);
    return laps;
}
