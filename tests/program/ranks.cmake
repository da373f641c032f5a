# Processes of mpirun print what one process prints: cmake -DMPIRUN=… -DCMKSIM=… -DSCENARIO=… -P ranks.cmake
set(sample ${CMKSIM} sample --format json --trials 20000 --seed 5 -j 1 ${SCENARIO})
set(ENV{OMPI_ALLOW_RUN_AS_ROOT} 1)
set(ENV{OMPI_ALLOW_RUN_AS_ROOT_CONFIRM} 1)
foreach(more IN ITEMS "" "--converge;2%")
    execute_process(COMMAND ${sample} ${more} OUTPUT_VARIABLE alone COMMAND_ERROR_IS_FATAL ANY)
    foreach(ranks IN ITEMS 2 4)
        execute_process(COMMAND ${MPIRUN} --oversubscribe -n ${ranks} ${sample} ${more} OUTPUT_VARIABLE together
            COMMAND_ERROR_IS_FATAL ANY)
        if(NOT together STREQUAL alone)
            message(FATAL_ERROR "${ranks} processes print\n${together}\nand one alone\n${alone}")
        endif()
    endforeach()
endforeach()
