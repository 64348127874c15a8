"""A sound users.csv of one student, from which rules over the file make their examples."""

from __future__ import annotations

HEADER = b"action,schoolId,userId,userRole,userFirstName,userLastName,userEmail,userGrade,"
HEADER += b"classId,className,classGrade,primary_teacher\n"
RECORD = b",0711,S1,Student,Ana,Lee,ana@school.org,3,,,,\n"
SOUND = HEADER + RECORD
